/** The call path on both sides, from the invocation to the chosen connection. */
@NullMarked
package io.duomesh.runtime;

import org.jspecify.annotations.NullMarked;
