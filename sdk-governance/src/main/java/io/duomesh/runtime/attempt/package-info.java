/** A call under its plan: attempts one after the other, retries, the one end. */
@NullMarked
package io.duomesh.runtime.attempt;

import org.jspecify.annotations.NullMarked;
