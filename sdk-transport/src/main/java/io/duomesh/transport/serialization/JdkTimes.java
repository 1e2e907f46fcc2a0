package io.duomesh.transport.serialization;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;

/** {@code java.time}, in the handle classes of the peers' engines. */
final class JdkTimes {
  private JdkTimes() {}

  static List<JdkValue<?>> all() {
    return List.of(
        time(
            LocalDate.class,
            v -> new Object[] {v.getYear(), v.getMonthValue(), v.getDayOfMonth()},
            f -> LocalDate.of(f.integer("year"), f.integer("month"), f.integer("day")),
            "year",
            "month",
            "day"),
        time(
            LocalTime.class,
            v -> new Object[] {v.getHour(), v.getMinute(), v.getSecond(), v.getNano()},
            f ->
                LocalTime.of(
                    f.integer("hour"), f.integer("minute"), f.integer("second"), f.integer("nano")),
            "hour",
            "minute",
            "second",
            "nano"),
        time(
            LocalDateTime.class,
            v -> new Object[] {v.toLocalDate(), v.toLocalTime()},
            f -> LocalDateTime.of(f.as("date", LocalDate.class), f.as("time", LocalTime.class)),
            "date",
            "time"),
        time(
            Instant.class,
            v -> new Object[] {v.getEpochSecond(), v.getNano()},
            f -> Instant.ofEpochSecond(f.whole("seconds"), f.integer("nanos")),
            "seconds",
            "nanos"),
        time(
            Duration.class,
            v -> new Object[] {v.getSeconds(), v.getNano()},
            f -> Duration.ofSeconds(f.whole("seconds"), f.integer("nanos")),
            "seconds",
            "nanos"),
        time(
            Period.class,
            v -> new Object[] {v.getYears(), v.getMonths(), v.getDays()},
            f -> Period.of(f.integer("years"), f.integer("months"), f.integer("days")),
            "years",
            "months",
            "days"),
        time(Year.class, v -> new Object[] {v.getValue()}, f -> Year.of(f.integer("year")), "year"),
        time(
            YearMonth.class,
            v -> new Object[] {v.getYear(), v.getMonthValue()},
            f -> YearMonth.of(f.integer("year"), f.integer("month")),
            "year",
            "month"),
        time(
            MonthDay.class,
            v -> new Object[] {v.getMonthValue(), v.getDayOfMonth()},
            f -> MonthDay.of(f.integer("month"), f.integer("day")),
            "month",
            "day"),
        time(
            ZoneOffset.class,
            v -> new Object[] {v.getTotalSeconds()},
            f -> ZoneOffset.ofTotalSeconds(f.integer("seconds")),
            "seconds"),
        time(
            ZoneId.class,
            v -> new Object[] {v.getId()},
            f -> ZoneId.of(f.text("zoneId")),
            "zoneId"),
        time(
            OffsetDateTime.class,
            v -> new Object[] {v.toLocalDateTime(), v.getOffset()},
            f ->
                OffsetDateTime.of(
                    f.as("dateTime", LocalDateTime.class), f.as("offset", ZoneOffset.class)),
            "dateTime",
            "offset"),
        time(
            OffsetTime.class,
            v -> new Object[] {v.toLocalTime(), v.getOffset()},
            f ->
                OffsetTime.of(
                    f.as("localTime", LocalTime.class), f.as("zoneOffset", ZoneOffset.class)),
            "localTime",
            "zoneOffset"),
        time(
            ZonedDateTime.class,
            v -> new Object[] {v.getZone().getId(), v.toLocalDateTime(), v.getOffset()},
            f ->
                ZonedDateTime.ofLocal(
                    f.as("dateTime", LocalDateTime.class),
                    ZoneId.of(f.text("zoneId")),
                    f.as("offset", ZoneOffset.class)),
            "zoneId",
            "dateTime",
            "offset"));
  }

  private static <T> JdkValue<T> time(
      Class<T> type, JdkValue.Split<T> split, JdkValue.Join<T> join, String... fields) {
    return JdkValues.handle(type, "java8." + type.getSimpleName() + "Handle", split, join, fields);
  }
}
