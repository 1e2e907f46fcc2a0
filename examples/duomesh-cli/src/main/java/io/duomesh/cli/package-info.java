/** The tool that an operator reaches for. */
@NullMarked
package io.duomesh.cli;

import org.jspecify.annotations.NullMarked;
