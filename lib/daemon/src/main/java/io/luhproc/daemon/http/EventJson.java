package io.luhproc.daemon.http;

import io.luhproc.service.SupervisorEvent;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes events as messages of an event stream, see the WHATWG HTML Standard, section 9.2. */
final class EventJson {
  private EventJson() {}

  /** Returns an event: its data has {@code time}, {@code type}, {@code service} and so on. */
  static byte[] message(String id, SupervisorEvent event) {
    byte[] data =
        JsonText.write(
            json -> {
              json.writeStartObject();
              json.writeStringProperty("time", event.time().toString());
              json.writeStringProperty("type", type(event));
              if (event instanceof SupervisorEvent.ServiceEvent ofService) {
                json.writeStringProperty("service", ofService.service());
              }
              if (event instanceof SupervisorEvent.ProcessEvent ofProcess) {
                json.writeStringProperty("process", ofProcess.process());
              }
              json.writeStringProperty("reason", event.reason());
              json.writeEndObject();
            });
    return message("id: " + id + "\nevent: " + type(event) + "\ndata: ", data);
  }

  /** Returns a message that says how many events the client has missed. */
  static byte[] lost(long count) {
    return message(
        "event: lost\ndata: ", ("{\"lost\":" + count + "}\n").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(String head, byte[] dataLine) {
    byte[] headBytes = head.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[headBytes.length + dataLine.length + 1];
    System.arraycopy(headBytes, 0, message, 0, headBytes.length);
    System.arraycopy(dataLine, 0, message, headBytes.length, dataLine.length);
    message[message.length - 1] = '\n';
    return message;
  }

  /** Returns the name of the record in snake case, such as {@code process_exited}. */
  private static String type(SupervisorEvent event) {
    return event
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }
}
