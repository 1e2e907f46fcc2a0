package io.duomesh.runtime.stub;

import io.duomesh.CallOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one client have in common, made once for all of them.
 *
 * @param channel where they go
 * @param options what was said of them
 * @param asynchronous the same with an executor for results of asynchronous calls
 * @param timeout the caller's own; null where the method's, the interface's or the settings' counts
 * @param defaults what counts where nothing is said
 */
record CallTerms(
    TargetedChannel channel,
    CallOptions options,
    CallOptions asynchronous,
    @Nullable Duration timeout,
    CallDefaults defaults) {
  static CallTerms of(
      TargetedChannel channel,
      CallOptions options,
      @Nullable Duration timeout,
      CallDefaults defaults) {
    return new CallTerms(
        channel,
        options,
        options.executor() == null ? options.withExecutor(defaults.executor()) : options,
        timeout,
        defaults);
  }
}
