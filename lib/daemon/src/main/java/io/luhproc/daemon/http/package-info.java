/**
 * The HTTP API of a daemon.
 *
 * <p>{@code HttpServer} opens the listeners. A request passes through {@code AccessHandler}, which
 * checks host, origin and token, and {@code ApiHandler}, which writes the {@code Reply} that {@code
 * Api} returns for its path.
 */
@NullMarked
package io.luhproc.daemon.http;

import org.jspecify.annotations.NullMarked;
