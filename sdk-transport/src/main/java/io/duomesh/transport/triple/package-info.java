/** Triple: gRPC over HTTP/2 and Dubbo's wrapper form of it, on both sides. */
@NullMarked
package io.duomesh.transport.triple;

import org.jspecify.annotations.NullMarked;
