package io.duomesh.governance.filter;

import io.duomesh.governance.route.Cidr;
import io.duomesh.traffic.FormatString;
import io.duomesh.traffic.RateLimitRule;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@link RateLimitRule.RemoteAddressMatch}, made ready. Immutable. */
final class AddressStep {
  private final List<Cidr> ranges;
  private final boolean invert;
  private final FormatString value;
  private final String otherwise;

  AddressStep(RateLimitRule.RemoteAddressMatch match) {
    ranges = match.ranges().stream().map(Cidr::parse).toList();
    invert = match.invert();
    value = FormatString.parse(match.value());
    otherwise = match.otherwise();
  }

  /** The entry's value; null where the caller is elsewhere or there is none. */
  @Nullable String value(CallHead head) {
    String address = head.remoteAddress();
    if (ranges.stream().anyMatch(range -> range.contains(address)) == invert) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (FormatString.Part part : value.parts()) {
      if (part instanceof FormatString.Text literal) {
        text.append(literal.value());
      } else {
        String shown = value((FormatString.Command) part, head);
        text.append(shown == null ? "" : shown);
      }
    }
    String whole = text.isEmpty() ? otherwise : text.toString();
    return whole.isEmpty() ? null : whole;
  }

  private static @Nullable String value(FormatString.Command command, CallHead head) {
    String argument = command.argument() == null ? "" : command.argument();
    return switch (command.name()) {
      case "REQ", "REQUEST_HEADER" -> head.header(argument.toLowerCase(Locale.ROOT));
      case "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" -> head.remoteAddress();
      case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT" ->
          head.peer() == null ? head.remoteAddress() : head.peer();
      default -> null;
    };
  }
}
