// Starts `policyc lsp` for the policies that are open, and shows the texts that are inside the compiler.
'use strict';

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

async function activate(context) {
  const settings = vscode.workspace.getConfiguration('sbx');
  const server = { command: settings.get('server.path') || 'policyc', args: ['lsp', '--stdio'] };
  client = new LanguageClient('sbx', 'sbx policies', server, {
    documentSelector: [
      { language: 'sbx', scheme: 'file' },
      { language: 'sbx', scheme: 'untitled' },
    ],
    initializationOptions: {
      includeDirectories: settings.get('includeDirectories'),
      definitions: settings.get('definitions'),
      pedantic: settings.get('pedantic'),
      textDocumentContent: true,
    },
  });
  // Standard fragments and the pages of findings have no file: the server is asked for them.
  const texts = {
    provideTextDocumentContent: async (uri) =>
      (await client.sendRequest('workspace/textDocumentContent', { uri: uri.toString(true) })).text,
  };
  context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider('policyc', texts));
  await client.start();
}

function deactivate() {
  return client === undefined ? undefined : client.stop();
}

module.exports = { activate, deactivate };
