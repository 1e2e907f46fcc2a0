package io.duomesh.transport.serialization;

import java.sql.Time;
import java.sql.Timestamp;
import java.util.Date;
import java.util.List;

/** The dates of {@code java.sql}, apart because that module may be absent. */
final class SqlDates {
  private SqlDates() {}

  static List<JdkValue<?>> all() {
    return List.of(
        JdkValues.plain(
            java.sql.Date.class,
            v -> new Object[] {new Date(v.getTime())},
            f -> new java.sql.Date(f.as("value", Date.class).getTime()),
            "value"),
        JdkValues.plain(
            Time.class,
            v -> new Object[] {new Date(v.getTime())},
            f -> new Time(f.as("value", Date.class).getTime()),
            "value"),
        JdkValues.plain(
            Timestamp.class,
            v -> new Object[] {new Date(v.getTime())},
            f -> new Timestamp(f.as("value", Date.class).getTime()),
            "value"));
  }
}
