/** The threads of calls on both sides, and how a call reaches them without being lost. */
@NullMarked
package io.duomesh.runtime.executor;

import org.jspecify.annotations.NullMarked;
