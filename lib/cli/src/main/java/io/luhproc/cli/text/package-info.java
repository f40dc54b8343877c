/**
 * Text for terminals, and durations and times of command lines. Start from {@link
 * io.luhproc.cli.text.TerminalText}.
 */
@NullMarked
package io.luhproc.cli.text;

import org.jspecify.annotations.NullMarked;
