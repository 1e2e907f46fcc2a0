/** Calls within one process, by the same contract as over a network. */
@NullMarked
package io.duomesh.transport.inproc;

import org.jspecify.annotations.NullMarked;
