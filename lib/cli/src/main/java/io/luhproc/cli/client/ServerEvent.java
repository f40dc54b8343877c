package io.luhproc.cli.client;

/**
 * A message of an event stream, see the WHATWG HTML Standard, section 9.2.
 *
 * @param id the id, with which a stream is resumed; empty if there is none
 * @param type the type; {@code message} if there is none
 * @param data the content
 */
public record ServerEvent(String id, String type, String data) {}
