package io.duomesh;

/**
 * The head of one call, complete before anything looks at it: method, authority, metadata, options,
 * deadline. Immutable; an interceptor that adds a header passes on a new one.
 */
public final class Invocation {
  private final MethodDescriptor method;
  private final String authority;
  private final Metadata metadata;
  private final CallOptions options;
  private final Deadline deadline;
  private final String path;

  private Invocation(
      MethodDescriptor method,
      String path,
      String authority,
      Metadata metadata,
      CallOptions options,
      Deadline deadline) {
    this.method = method;
    this.path = path;
    this.authority = authority;
    this.metadata = metadata;
    this.options = options;
    this.deadline = deadline;
  }

  /**
   * A call's head.
   *
   * @param method what is called
   * @param authority whom: {@code host[:port]} or a service name; routes match it
   * @param metadata headers of the request
   * @param options the caller's options
   * @param deadline when the call ends at the latest; {@link Deadline#NONE} for never
   */
  public static Invocation of(
      MethodDescriptor method,
      String authority,
      Metadata metadata,
      CallOptions options,
      Deadline deadline) {
    return new Invocation(method, method.path(), authority, metadata, options, deadline);
  }

  /** What is called. */
  public MethodDescriptor method() {
    return method;
  }

  /** Whom: {@code host[:port]} or a service name. */
  public String authority() {
    return authority;
  }

  /** The path on the wire: the method's, unless a route rewrites it. */
  public String path() {
    return path;
  }

  /** Headers of the request. */
  public Metadata metadata() {
    return metadata;
  }

  /** The caller's options. */
  public CallOptions options() {
    return options;
  }

  /** When the call ends at the latest. */
  public Deadline deadline() {
    return deadline;
  }

  /** A copy with other metadata. */
  public Invocation withMetadata(Metadata newMetadata) {
    return new Invocation(method, path, authority, newMetadata, options, deadline);
  }

  /** A copy with one more metadata entry. */
  public Invocation withMetadata(String name, String value) {
    return withMetadata(metadata.with(name, value));
  }

  /** A copy with another authority. */
  public Invocation withAuthority(String newAuthority) {
    return new Invocation(method, path, newAuthority, metadata, options, deadline);
  }

  /** A copy with another path on the wire. */
  public Invocation withPath(String newPath) {
    return new Invocation(method, newPath, authority, metadata, options, deadline);
  }

  /** A copy with other options. */
  public Invocation withOptions(CallOptions newOptions) {
    return new Invocation(method, path, authority, metadata, newOptions, deadline);
  }

  /** A copy whose deadline is the earlier of this one's and the given one. */
  public Invocation withDeadline(Deadline other) {
    Deadline earlier = deadline.min(other);
    return earlier.equals(deadline)
        ? this
        : new Invocation(method, path, authority, metadata, options, earlier);
  }

  @Override
  public String toString() {
    return method + " at " + authority;
  }
}
