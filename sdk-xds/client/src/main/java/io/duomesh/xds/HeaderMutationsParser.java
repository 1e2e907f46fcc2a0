package io.duomesh.xds;

import io.duomesh.traffic.HeaderMutations;
import io.duomesh.xds.proto.envoy.config.core.v3.HeaderValueOption;
import java.util.List;

/** Reads the additions and removals of headers of one level. */
final class HeaderMutationsParser {
  private HeaderMutationsParser() {}

  static HeaderMutations parse(
      List<HeaderValueOption> requestAdd,
      List<String> requestRemove,
      List<HeaderValueOption> responseAdd,
      List<String> responseRemove) {
    if (requestAdd.isEmpty()
        && requestRemove.isEmpty()
        && responseAdd.isEmpty()
        && responseRemove.isEmpty()) {
      return HeaderMutations.NONE;
    }
    return new HeaderMutations(
        FieldPath.each("request_headers_to_add", requestAdd, HeaderMutationsParser::addition),
        FieldPath.each("request_headers_to_remove", requestRemove, HeaderMutationsParser::removal),
        FieldPath.each("response_headers_to_add", responseAdd, HeaderMutationsParser::addition),
        FieldPath.each(
            "response_headers_to_remove", responseRemove, HeaderMutationsParser::removal));
  }

  private static HeaderMutations.Addition addition(HeaderValueOption option) {
    String name = option.getHeader().getKey();
    if (isFixed(name)) {
      throw new IllegalArgumentException(name + ": :-prefixed or host headers may not be modified");
    }
    HeaderMutations.Append append = append(option);
    String value = option.getHeader().getValue();
    return new HeaderMutations.Addition(
        name, FormatStrings.checked(value), append, option.getKeepEmptyValue());
  }

  private static HeaderMutations.Append append(HeaderValueOption option) {
    if (option.hasAppend()) {
      if (option.getAppendActionValue() != 0) {
        throw new IllegalArgumentException("append and append_action cannot both be set");
      }
      return option.getAppend().getValue()
          ? HeaderMutations.Append.APPEND_IF_EXISTS_OR_ADD
          : HeaderMutations.Append.OVERWRITE_IF_EXISTS_OR_ADD;
    }
    return switch (option.getAppendAction()) {
      case ADD_IF_ABSENT -> HeaderMutations.Append.ADD_IF_ABSENT;
      case OVERWRITE_IF_EXISTS_OR_ADD -> HeaderMutations.Append.OVERWRITE_IF_EXISTS_OR_ADD;
      case OVERWRITE_IF_EXISTS -> HeaderMutations.Append.OVERWRITE_IF_EXISTS;
      default -> HeaderMutations.Append.APPEND_IF_EXISTS_OR_ADD;
    };
  }

  private static String removal(String name) {
    if (isFixed(name)) {
      throw new IllegalArgumentException(name + ": :-prefixed or host headers may not be removed");
    }
    return name;
  }

  private static boolean isFixed(String name) {
    return name.startsWith(":") || name.equalsIgnoreCase("host");
  }
}
