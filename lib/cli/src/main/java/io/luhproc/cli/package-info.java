/** The worker commands, one group that any picocli app adds with its own process manager. */
@NullMarked
package io.luhproc.cli;

import org.jspecify.annotations.NullMarked;
