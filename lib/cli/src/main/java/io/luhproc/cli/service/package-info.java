/**
 * The program {@code luhproc}: commands that talk to a daemon over HTTP. Start from {@link
 * io.luhproc.cli.service.Luhproc}; a command is a class and a line in {@code Commands}.
 */
@NullMarked
package io.luhproc.cli.service;

import org.jspecify.annotations.NullMarked;
