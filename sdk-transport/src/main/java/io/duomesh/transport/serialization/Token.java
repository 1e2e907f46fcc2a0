package io.duomesh.transport.serialization;

/** What a Hessian stream is made of. */
enum Token {
  NULL,
  BOOLEAN,
  INT,
  LONG,
  DOUBLE,
  DATE,
  STRING,
  BYTES,
  LIST,
  MAP,
  OBJECT,
  REF
}
