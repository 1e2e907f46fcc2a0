package io.duomesh.runtime.routing;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.duomesh.ClientInterceptor;
import io.duomesh.traffic.LocalRateLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which filters live on from one snapshot to the next. */
class FilterSitesTest {
  private final FilterSites first = new FilterSites();
  private final @Nullable ClientInterceptor filter = first.filter("a", limit(1));

  private static LocalRateLimit limit(long tokens) {
    return LocalRateLimit.of(new LocalRateLimit.TokenBucket(tokens, tokens, Duration.ofSeconds(1)));
  }

  private static FilterSites after(FilterSites before) {
    FilterSites next = before.next();
    before.forgetEarlier();
    return next;
  }

  @Test
  void filterOfAnEqualConfigurationStays() {
    assertNotNull(filter);
    FilterSites second = after(first);
    assertSame(filter, second.filter("a", limit(1)));
    assertSame(filter, after(second).filter("a", limit(1)));
  }

  @Test
  void filterOfAnotherConfigurationIsAnother() {
    FilterSites second = after(first);
    assertNotSame(filter, second.filter("a", limit(2)));
    assertSame(second.filter("a", limit(2)), second.filter("a", limit(2)));
  }

  @Test
  void siteThatASnapshotHasNotIsForgotten() {
    FilterSites second = after(first); // asks for nothing
    assertNotSame(filter, after(second).filter("a", limit(1)));
  }

  @Test
  void snapshotThatNeverCameIntoForceForgetsNothing() {
    first.next(); // refused
    assertSame(filter, after(first).filter("a", limit(1)));
  }
}
