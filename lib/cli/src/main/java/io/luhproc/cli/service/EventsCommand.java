package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.Json;
import io.luhproc.cli.client.ResumedEventStream;
import io.luhproc.cli.client.ServerEvent;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.cli.text.TerminalText;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** Command {@code events [NAME...] [--all]}. */
final class EventsCommand extends ProgramCommand {
  private static final String ALL = "--all";
  // An id of no daemon: all events that it still has are sent.
  private static final String BEFORE_FIRST = "0-0";

  EventsCommand() {
    super(
        "events",
        "Print events as they happen, until Ctrl-C or until the daemon has ended for long.");
    addNames("0..*", "Only events of these services, groups or globs.");
    addFlag("First print the recent events, up to 1000.", "-a", ALL);
    Reconnection.addOption(this);
    addFileOption();
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    DaemonClient client = client(parseResult);
    boolean json = isJson(parseResult);
    Set<String> services = new HashSet<>();
    List<String> names = names(parseResult);
    if (!names.isEmpty()) {
      for (ServiceView service : ServiceSelection.select(names, client)) {
        services.add(service.name());
      }
    }
    String after = has(parseResult, ALL) ? BEFORE_FIRST : "";
    try (ResumedEventStream events =
        Reconnection.of(parseResult, console).open(client, "/events", after)) {
      for (Optional<ServerEvent> event = events.next(); event.isPresent(); event = events.next()) {
        print(event.get(), services, json, console);
        if (console.hasOutputFailed()) {
          break;
        }
      }
    }
    return ExitCode.SUCCESS.code();
  }

  private static void print(
      ServerEvent event, Set<String> services, boolean json, Console console) {
    if (!(Json.parse(event.data()) instanceof Map<?, ?> data)
        || !(services.isEmpty() || services.contains(text(data, "service")))) {
      return;
    }
    if (json) {
      Json.write(data, console.out());
      return;
    }
    String process = text(data, "process");
    String service = text(data, "service");
    String name = process.isEmpty() || process.equals(service) ? service : service + "/" + process;
    String reason = data.containsKey("lost") ? data.get("lost") + " events" : text(data, "reason");
    console.print(
        (text(data, "time") + "  " + event.type() + "  " + name + "  ").stripLeading()
            + TerminalText.escapeToLine(reason.lines().findFirst().orElse("")));
  }

  private static String text(Map<?, ?> data, String property) {
    return data.get(property) instanceof String text ? TerminalText.escapeToLine(text) : "";
  }
}
