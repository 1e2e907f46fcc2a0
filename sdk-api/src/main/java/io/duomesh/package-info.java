/**
 * What an application compiles against: calls, metadata, statuses, deadlines, interceptors, and the
 * entry point {@link io.duomesh.Duomesh}.
 */
@NullMarked
package io.duomesh;

import org.jspecify.annotations.NullMarked;
