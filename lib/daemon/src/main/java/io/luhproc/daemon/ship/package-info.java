/**
 * Ships the logs of services to an HTTP endpoint, each line at least once and in the order of its
 * stream. Start from {@link io.luhproc.daemon.ship.LogShipper}.
 *
 * <p>Nothing is buffered: the lines are read from the log files, from a cursor that is saved after
 * the endpoint has confirmed a batch ({@code CursorStore}). {@code StreamScheduler} makes all
 * decisions; {@code EventReader} makes events of lines; {@code BatchFormat} writes them; {@code
 * Endpoint} sends them.
 *
 * <p>One thread, {@code shipping}, owns all state and reads the files. The HTTP client has one more
 * for its sockets and completes its requests on {@code shipping}.
 */
@NullMarked
package io.luhproc.daemon.ship;

import org.jspecify.annotations.NullMarked;
