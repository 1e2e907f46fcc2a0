/** Moves bytes, on both sides of a call: connections, protocols, serializers. */
@NullMarked
package io.duomesh.transport;

import org.jspecify.annotations.NullMarked;
