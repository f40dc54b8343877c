package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.kubernetes.KubernetesEngineProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Command {@code k8s rbac}. */
final class RbacCommand extends ProgramCommand {
  private static final String NAMESPACE = "--namespace";
  private static final String SERVICE_ACCOUNT = "--service-account";
  private static final String DEFAULT = "default";

  private RbacCommand() {
    super(
        "rbac",
        "Print a manifest that lets a service account start workers, with no more rights.",
        "To grant them: luhproc k8s rbac | kubectl apply -f -");
    addValue("NAMESPACE", "Namespace of both; default: default.", "-n", NAMESPACE);
    addValue("NAME", "The service account; default: default.", SERVICE_ACCOUNT);
  }

  /** Returns the command in a group of commands. */
  static CommandSpec inGroup(String name) {
    CommandSpec group = ProgramCommand.group(name, "Prepare a cluster for workers.");
    group.addSubcommand("rbac", new RbacCommand().spec());
    return group;
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    String namespace = value(parseResult, NAMESPACE, DEFAULT);
    String serviceAccount = value(parseResult, SERVICE_ACCOUNT, DEFAULT);
    TextCommand.print(KubernetesEngineProvider.accessManifest(namespace, serviceAccount), console);
    return ExitCode.SUCCESS.code();
  }
}
