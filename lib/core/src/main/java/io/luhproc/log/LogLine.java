package io.luhproc.log;

import java.time.Instant;

/**
 * A line that a process wrote.
 *
 * @param stream where it was written to
 * @param time when it was written, to about a second; where that is not known, when its file was
 *     last written
 * @param text the line without its line feed; bytes that are not UTF-8 are U+FFFD
 * @param partial whether more of the same line follows: a line of more than 64 KiB comes in pieces
 *     of at most 64 KiB, cut between characters, and all but the last are partial
 */
public record LogLine(LogStream stream, Instant time, String text, boolean partial) {}
