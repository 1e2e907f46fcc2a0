/** What connections cost on which nothing happens. */
@NullMarked
package io.duomesh.benchmarks.idle;

import org.jspecify.annotations.NullMarked;
