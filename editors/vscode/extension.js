// Starts `handlerlint server` and lets VS Code talk to it.

const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

// The program and its arguments; a name with a slash counts from the first folder of the workspace.
function command() {
  const [program, ...args] = vscode.workspace.getConfiguration("handlerlint").get("command");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const isPath = program.includes("/") || program.includes("\\");
  return { command: isPath && folder ? path.resolve(folder, program) : program, args, options: { cwd: folder } };
}

async function start() {
  const languages = ["python", "yaml", "json", "terraform", "toml"];
  client = new LanguageClient("handlerlint", "handlerlint", command(), {
    documentSelector: languages.map((language) => ({ scheme: "file", language })),
  });
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `handlerlint cannot be started: ${error.message}. Install it with: pip install 'handlerlint[lsp]'`,
    );
  }
}

async function stop() {
  await client?.stop().catch(() => undefined);
  client = undefined;
}

async function activate(context) {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("handlerlint.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("handlerlint.command")) restart();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
