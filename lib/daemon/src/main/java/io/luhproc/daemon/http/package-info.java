/**
 * The HTTP API of a daemon, and its page.
 *
 * <p>{@code HttpServer} opens the listeners. A request passes through {@code AccessHandler}, which
 * checks host, origin and token, {@code PageHandler}, which serves the page, and {@code
 * ApiHandler}, which writes the {@code Reply} that {@code Api} returns for its path.
 */
@NullMarked
package io.luhproc.daemon.http;

import org.jspecify.annotations.NullMarked;
