package io.duomesh.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The entry: {@code java -jar duomesh-cli.jar COMMAND ARGUMENTS…}. */
public final class DuomeshCli {
  private static final List<Command> COMMANDS =
      List.of(new CallCommand(), new RouteCommand(), new DumpCommand());

  private DuomeshCli() {}

  /** Runs one command and exits with its code; 2 where the command line is wrong. */
  public static void main(String[] args) {
    // to load Netty's flight recorder events would take longer than most calls
    System.setProperty("io.netty.jfr.enabled", "false");
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
            false,
            StandardCharsets.UTF_8);
    int code = run(List.of(args), out, System.err);
    out.flush();
    System.exit(code);
  }

  static int run(List<String> args, PrintStream out, PrintStream err) {
    for (Command command : COMMANDS) {
      if (!args.isEmpty() && args.get(0).equals(command.name())) {
        try {
          return command.run(args.subList(1, args.size()), out, err);
        } catch (IllegalArgumentException e) {
          err.println(command.name() + ": " + e.getMessage());
          err.println("usage: duomesh-cli " + command.name() + " " + command.usage());
          return 2;
        }
      }
    }
    if (!args.isEmpty()) {
      err.println("unknown command " + args.get(0));
    }
    err.println("usage: duomesh-cli COMMAND …");
    COMMANDS.forEach(command -> err.println("  " + command.name() + " " + command.usage()));
    return 2;
  }
}
