/** Bolt, and SOFARPC on it: frames, header maps, contents, and both ends of a connection. */
@NullMarked
package io.duomesh.transport.bolt;

import org.jspecify.annotations.NullMarked;
