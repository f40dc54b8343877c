package io.luhproc.daemon.ship;

import java.util.List;

/**
 * Consecutive events of a stream, and what is known after them.
 *
 * @param events the events, none at the end of the stream
 * @param position the position after the last of them, to be saved
 * @param lostBytes number of bytes that were deleted before they were read, since the batch before
 * @param unreadBytes number of bytes after the position
 * @param complete false if an unfinished line or event follows that is read again later
 */
record Batch(
    List<LogEvent> events, String position, long lostBytes, long unreadBytes, boolean complete) {}
