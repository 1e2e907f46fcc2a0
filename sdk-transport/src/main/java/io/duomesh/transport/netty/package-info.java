/** What all connections on Netty share: event loops, TLS, write queues, telling protocols apart. */
@NullMarked
package io.duomesh.transport.netty;

import org.jspecify.annotations.NullMarked;
