/** Spring Boot wiring; nothing here decides anything. */
@NullMarked
package io.duomesh.spring;

import org.jspecify.annotations.NullMarked;
