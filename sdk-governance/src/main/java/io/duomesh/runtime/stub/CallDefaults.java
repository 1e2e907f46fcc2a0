package io.duomesh.runtime.stub;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * What a runtime's calls have where neither call, method nor interface says.
 *
 * @param timeout time for a call; zero for none
 * @param executor where asynchronous results are decoded and handed over
 */
public record CallDefaults(Duration timeout, Executor executor) {}
