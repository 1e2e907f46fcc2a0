/** The call path of the client: route, attempts, pick, connection. */
@NullMarked
package io.duomesh.runtime.client;

import org.jspecify.annotations.NullMarked;
