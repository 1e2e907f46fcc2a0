/** One port for every protocol. */
@NullMarked
package io.duomesh.transport.server;

import org.jspecify.annotations.NullMarked;
