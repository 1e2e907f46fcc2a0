package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duomesh.ServiceOptions;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Values of many types as arguments and results, in all four pairs of SOFARPC and us: what goes
 * from SOFARPC to SOFARPC on this Java must go to and from us.
 */
@Timeout(180)
class SofaPayloadsTest {
  @RegisterExtension final SofaPeers peers = new SofaPeers();

  /** Constants, one with a body of its own. */
  public enum Colour {
    RED,
    GREEN {
      @Override
      public boolean isLight() {
        return true;
      }
    };

    public boolean isLight() {
      return false;
    }
  }

  /** A record. */
  public record Pair(String left, int right, List<String> rest) implements Serializable {}

  /** Values as fields. */
  public static class Fields implements Serializable {
    private static final long serialVersionUID = 1L;
    LocalDateTime dateTime = LocalDateTime.of(2026, 11, 21, 1, 2, 3, 4_000_000);
    BigDecimal decimal = new BigDecimal("-1.50");
    Colour colour = Colour.RED;
    int[][] numbers = {{1, 2}, {}, {3}};
    Date date = new Date(1_700_000_000_123L);
    Locale locale = Locale.CANADA_FRENCH;
    Instant instant = Instant.ofEpochSecond(1_700_000_000L, 5);

    private List<Object> all() {
      return Arrays.asList(
          dateTime, decimal, colour, Arrays.deepToString(numbers), date, locale, instant);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Fields fields && all().equals(fields.all());
    }

    @Override
    public int hashCode() {
      return all().hashCode();
    }
  }

  /** Each type as an argument and as a result. */
  public interface Values {
    byte[] bytes(byte[] value);

    String text(String value);

    List<String> texts(List<String> value);

    Map<String, Long> sums(Map<String, Long> value);

    LocalDateTime localDateTime(LocalDateTime value);

    LocalDate localDate(LocalDate value);

    LocalTime localTime(LocalTime value);

    Instant instant(Instant value);

    Duration duration(Duration value);

    ZonedDateTime zoned(ZonedDateTime value);

    OffsetDateTime offset(OffsetDateTime value);

    UUID uuid(UUID value);

    BigDecimal decimal(BigDecimal value);

    BigInteger integer(BigInteger value);

    Optional<String> optional(Optional<String> value);

    Colour colour(Colour value);

    EnumMap<Colour, String> enumMap(EnumMap<Colour, String> value);

    Set<Colour> enumSet(Set<Colour> value);

    Locale locale(Locale value);

    Currency currency(Currency value);

    Calendar calendar(Calendar value);

    Date date(Date value);

    int[][] numbers(int[][] value);

    String[][] grid(String[][] value);

    byte[][] chunks(byte[][] value);

    Pair[][] pairs(Pair[][] value);

    Pair pair(Pair value);

    Fields fields(Fields value);

    Object any(Object value);

    char letter(char value);

    short small(short value);

    byte tiny(byte value);

    float real(float value);

    Character boxedLetter(Character value);

    Float boxedReal(Float value);
  }

  /** Gives back what it gets. */
  @SuppressWarnings("ReferenceEquality") // a proxy equals itself
  private static Values echo() {
    return (Values)
        java.lang.reflect.Proxy.newProxyInstance(
            Values.class.getClassLoader(),
            new Class<?>[] {Values.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "toString" -> "echo";
                  case "hashCode" -> 1;
                  case "equals" -> proxy == arguments[0];
                  default -> arguments[0];
                });
  }

  private record Case(String name, Function<Values, Object> call, Object expected) {
    String ask(Values values) {
      try {
        Object result = call.apply(values);
        if (!Arrays.deepEquals(new Object[] {expected}, new Object[] {result})) {
          return "wrong: " + (result == null ? null : result.getClass()) + shown(result);
        }
        return "ok";
      } catch (RuntimeException | Error e) {
        return "fails: " + shown(e);
      }
    }

    private static String shown(Object what) {
      String text = String.valueOf(what);
      return ' ' + text.substring(0, Math.min(200, text.length())).replace('\n', ' ');
    }
  }

  private static <T> Case of(String name, T value, java.util.function.BiFunction<Values, T, ?> f) {
    return new Case(name, values -> f.apply(values, value), value);
  }

  private static List<Case> cases() {
    byte[] bytes = new byte[10 << 20];
    new java.util.Random(1).nextBytes(bytes);
    String text = "0123456789".repeat(1 << 20);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      texts.add("%0100d".formatted(i));
    }
    Map<String, Long> sums = new LinkedHashMap<>(Map.of("a", 1L));
    GregorianCalendar calendar =
        new GregorianCalendar(TimeZone.getTimeZone("Europe/Berlin"), Locale.GERMANY);
    calendar.setTimeInMillis(1_700_000_000_123L);
    EnumMap<Colour, String> named = new EnumMap<>(Map.of(Colour.RED, "r", Colour.GREEN, "g"));
    ZonedDateTime zoned = ZonedDateTime.of(2026, 11, 21, 1, 2, 3, 4, ZoneId.of("Asia/Shanghai"));
    Pair pair = new Pair("l", 7, new ArrayList<>(List.of("x")));
    return List.of(
        of("10 MB byte[]", bytes, Values::bytes),
        of("10 MB String", text, Values::text),
        of("10 MB String of three bytes each", "日".repeat(10 << 18), Values::text),
        of("10 MB List", texts, Values::texts),
        of("empty byte[]", new byte[0], Values::bytes),
        of("Map<String, Long>", sums, Values::sums),
        of("TreeMap as Object", new TreeMap<>(Map.of("k", 1)), Values::any),
        of("LocalDateTime", LocalDateTime.of(2026, 11, 21, 1, 2, 3, 4), Values::localDateTime),
        of("LocalDate", LocalDate.of(2026, 2, 28), Values::localDate),
        of("LocalTime", LocalTime.of(1, 2, 3, 4), Values::localTime),
        of("Instant", Instant.ofEpochSecond(1_700_000_000L, 123_456_789), Values::instant),
        of("Duration", Duration.ofNanos(1_234_567_890_123L), Values::duration),
        of("ZonedDateTime", zoned, Values::zoned),
        of("OffsetDateTime", zoned.toOffsetDateTime(), Values::offset),
        of("ZoneOffset as Object", ZoneOffset.ofHours(8), Values::any),
        of("UUID", new UUID(1, -2), Values::uuid),
        of("BigDecimal", new BigDecimal("-12345678901234567890.1200"), Values::decimal),
        of("BigInteger", new BigInteger("-123456789012345678901234567890"), Values::integer),
        of("Optional", Optional.of("x"), Values::optional),
        of("empty Optional", Optional.<String>empty(), Values::optional),
        of("enum", Colour.RED, Values::colour),
        of("enum with a body", Colour.GREEN, Values::colour),
        of("EnumMap", named, Values::enumMap),
        of("EnumSet", (Set<Colour>) EnumSet.of(Colour.RED), Values::enumSet),
        of("Locale", Locale.CANADA_FRENCH, Values::locale),
        of("Locale with a script", Locale.forLanguageTag("zh-Hans-CN"), Values::locale),
        of("Currency", Currency.getInstance("EUR"), Values::currency),
        of("Calendar", (Calendar) calendar, Values::calendar),
        of("Date", new Date(1_700_000_000_123L), Values::date),
        of("java.sql.Timestamp as Object", new java.sql.Timestamp(1_700_000_000_123L), Values::any),
        of("int[][]", new int[][] {{1, 2}, {}, {3}}, Values::numbers),
        of("String[][]", new String[][] {{"a", null}, {}, null}, Values::grid),
        of("byte[][]", new byte[][] {{1}, {}}, Values::chunks),
        of("record[][]", new Pair[][] {{pair}, {}}, Values::pairs),
        of("record", pair, Values::pair),
        of("class with such fields", new Fields(), Values::fields),
        of("int[] as Object", new int[] {1, 2}, Values::any),
        of("long as Object", 5L, Values::any),
        of("char", 'x', Values::letter),
        of("short", (short) -3, Values::small),
        of("byte", (byte) -3, Values::tiny),
        of("float", 1.1f, Values::real),
        of("Character", 'y', Values::boxedLetter),
        of("Float", 1.1f, Values::boxedReal),
        of("null", null, Values::uuid));
  }

  @Test
  void whatGoesBetweenTheirsGoesToAndFromOurs() {
    int theirs = peers.theirServer(SofaPeers.provider(Values.class, echo()));
    int ours = peers.ourServer(s -> s.export(Values.class, echo(), ServiceOptions.DEFAULT)).port();
    Values theirTheirs = peers.theirClient(Values.class, theirs).refer();
    Values theirOurs = peers.theirClient(Values.class, ours).refer();
    Values ourTheirs = peers.ourClient(theirs).client(Values.class, SofaPeers.TARGET);
    Values ourOurs = peers.ourClient(ours).client(Values.class, SofaPeers.TARGET);
    List<String> worse = new ArrayList<>();
    for (Case each : cases()) {
      String among = each.ask(theirTheirs);
      Map<String, String> withUs = new LinkedHashMap<>();
      withUs.put("our client, their server", each.ask(ourTheirs));
      withUs.put("their client, our server", each.ask(theirOurs));
      withUs.put("both ours", each.ask(ourOurs));
      System.out.println(each.name() + ": theirs " + among + "; " + withUs);
      withUs.forEach(
          (pair, outcome) -> {
            if (!outcome.equals("ok")
                && !among.startsWith("wrong")
                && (among.equals("ok") || pair.equals("both ours"))) {
              worse.add(each.name() + ", " + pair + ": " + outcome);
            }
          });
    }
    assertEquals(List.of(), worse);
  }
}
