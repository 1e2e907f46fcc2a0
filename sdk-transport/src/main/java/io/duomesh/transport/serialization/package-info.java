/** Objects to bytes and back: Hessian in two dialects, Protobuf, JSON. */
@NullMarked
package io.duomesh.transport.serialization;

import org.jspecify.annotations.NullMarked;
