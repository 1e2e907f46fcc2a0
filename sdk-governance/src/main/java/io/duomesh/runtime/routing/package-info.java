/** From a target to a plan: snapshots compiled into tables, and who routes while there is none. */
@NullMarked
package io.duomesh.runtime.routing;

import org.jspecify.annotations.NullMarked;
