/** Measures calls beside those of the peers, in one run. */
@NullMarked
package io.duomesh.benchmarks;

import org.jspecify.annotations.NullMarked;
