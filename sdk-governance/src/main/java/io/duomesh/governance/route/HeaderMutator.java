package io.duomesh.governance.route;

import io.duomesh.traffic.HeaderMutations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header mutations of one level, for requests or for responses: removes, then computes every
 * addition, then overwrites, then adds.
 */
final class HeaderMutator {
  private final List<Addition> additions = new ArrayList<>();
  private final List<String> removals = new ArrayList<>();
  private final @Nullable String host;

  private HeaderMutator(
      List<HeaderMutations.Addition> add, List<String> remove, @Nullable String host) {
    this.host = host;
    for (HeaderMutations.Addition addition : add) {
      additions.add(
          new Addition(
              addition.name().toLowerCase(Locale.ROOT),
              Format.of(addition.value()),
              addition.append(),
              addition.keepEmptyValue()));
    }
    remove.forEach(name -> removals.add(name.toLowerCase(Locale.ROOT)));
  }

  private record Addition(
      String name, Format format, HeaderMutations.Append append, boolean keepEmpty) {}

  private record Change(String name, String value) {}

  static HeaderMutator requests(HeaderMutations mutations, @Nullable String host) {
    return new HeaderMutator(mutations.requestAdd(), mutations.requestRemove(), host);
  }

  static HeaderMutator responses(HeaderMutations mutations) {
    return new HeaderMutator(mutations.responseAdd(), mutations.responseRemove(), null);
  }

  boolean isEmpty() {
    return additions.isEmpty() && removals.isEmpty() && host == null;
  }

  void apply(HeaderList headers, Format.Context context) {
    removals.forEach(headers::remove);
    List<Change> overwrites = new ArrayList<>();
    List<Change> appends = new ArrayList<>();
    for (Addition addition : additions) {
      String value = addition.format().apply(context, "");
      if (value.isEmpty() && !addition.keepEmpty()) {
        continue;
      }
      Change change = new Change(addition.name(), value);
      boolean there = headers.contains(addition.name());
      switch (addition.append()) {
        case APPEND_IF_EXISTS_OR_ADD -> appends.add(change);
        case OVERWRITE_IF_EXISTS_OR_ADD -> overwrites.add(change);
        case ADD_IF_ABSENT -> {
          if (!there) {
            appends.add(change);
          }
        }
        case OVERWRITE_IF_EXISTS -> {
          if (there) {
            overwrites.add(change);
          }
        }
      }
    }
    for (Change change : overwrites) {
      headers.remove(change.name());
      headers.append(change.name(), change.value());
    }
    for (Change change : appends) {
      headers.append(change.name(), change.value());
    }
    if (host != null) {
      headers.authority(host);
    }
  }
}
