package io.duomesh.governance.route;

import io.duomesh.Invocation;
import io.duomesh.Metadata;

/**
 * A call as routes see it: {@code POST /interface/method} with the user's metadata and the headers
 * by which SOFARPC's callers are known, the same whatever protocol it will speak.
 */
public final class InvocationHead implements RequestHead {
  private static final String[] NAMES = {
    "content-type", "service", "sofa_head_target_service", "sofa_head_method_name"
  };

  private final Invocation invocation;
  private final Metadata metadata;
  private final boolean grpc;

  /**
   * The head of a call.
   *
   * @param grpc whether it looks like gRPC's: the protocol configured for its target decides
   */
  public InvocationHead(Invocation invocation, boolean grpc) {
    this.invocation = invocation;
    this.metadata = invocation.metadata();
    this.grpc = grpc;
  }

  @Override
  public String authority() {
    return invocation.authority();
  }

  @Override
  public String path() {
    return invocation.path();
  }

  @Override
  public boolean grpc() {
    return grpc;
  }

  @Override
  public int size() {
    return metadata.size() + NAMES.length;
  }

  @Override
  public String name(int index) {
    return index < metadata.size() ? metadata.name(index) : NAMES[index - metadata.size()];
  }

  @Override
  public String value(int index) {
    if (index < metadata.size()) {
      return metadata.value(index);
    }
    return switch (index - metadata.size()) {
      case 0 -> grpc ? "application/grpc+proto" : "application/x-bolt";
      case 3 -> invocation.method().name();
      default -> invocation.method().service().boltName();
    };
  }

  /** Whether a header is one that this class adds, not the user's. */
  public static boolean isAdded(String name) {
    for (String added : NAMES) {
      if (added.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
