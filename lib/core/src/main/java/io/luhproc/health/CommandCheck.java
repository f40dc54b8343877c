package io.luhproc.health;

import java.util.List;

/**
 * Checks the exit code of a command.
 *
 * @param command the program and its arguments
 */
record CommandCheck(List<String> command) implements HealthCheck {
  private static final int MAX_DESCRIPTION_LENGTH = 200;

  CommandCheck {
    command = List.copyOf(command);
    if (command.isEmpty() || command.get(0).isBlank()) {
      throw new IllegalArgumentException("command (" + command + ") must name a program");
    }
  }

  @Override
  public HealthResult check(CheckContext context) throws InterruptedException {
    return context.run(command);
  }

  @Override
  public String describe() {
    return TextExcerpt.of("exec " + String.join(" ", command), MAX_DESCRIPTION_LENGTH);
  }
}
