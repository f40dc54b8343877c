package io.luhproc.daemon.ship;

import java.time.Instant;

/**
 * A line, or several lines that belong together.
 *
 * @param time when its first line was written
 * @param text the text, without the last line feed and with masked secrets
 * @param partial whether the rest of a very long line is the next event
 */
record LogEvent(Instant time, String text, boolean partial) {}
