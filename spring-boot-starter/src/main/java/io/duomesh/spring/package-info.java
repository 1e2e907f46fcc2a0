/**
 * Duomesh in Spring Boot 3.5, 4.0 and 4.1: annotations, properties, lifecycle, actuator. Wiring
 * only; nothing here decides anything about a call.
 */
@NullMarked
package io.duomesh.spring;

import org.jspecify.annotations.NullMarked;
