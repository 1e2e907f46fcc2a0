/** The call path of the server: policy, executor, service. */
@NullMarked
package io.duomesh.runtime.server;

import org.jspecify.annotations.NullMarked;
