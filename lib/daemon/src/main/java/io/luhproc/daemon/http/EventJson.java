package io.luhproc.daemon.http;

import io.luhproc.service.ProcessState;
import io.luhproc.service.SupervisorEvent;
import java.util.Locale;

/** Writes events as messages of an event stream, see the WHATWG HTML Standard, section 9.2. */
final class EventJson {
  private EventJson() {}

  /** Returns an event: its data has {@code time}, {@code type}, {@code service} and so on. */
  static String message(String id, SupervisorEvent event) {
    String data =
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
              if (event instanceof SupervisorEvent.ProcessChanged changed) {
                json.writeStringProperty("from", name(changed.from()));
                json.writeStringProperty("to", name(changed.to()));
              }
              json.writeStringProperty("reason", event.reason());
              json.writeEndObject();
            });
    return "id: " + id + "\nevent: " + type(event) + "\ndata: " + data + "\n";
  }

  /** Returns a message without data, which only has the id after which a stream begins. */
  static String start(String id) {
    return "id: " + id + "\n\n";
  }

  /** Returns a message that says how many events the client has missed. */
  static String lost(long count) {
    return "event: lost\ndata: {\"lost\":" + count + "}\n\n";
  }

  private static String name(ProcessState state) {
    return state.name().toLowerCase(Locale.ROOT);
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
