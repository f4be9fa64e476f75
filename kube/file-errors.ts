/** Common errors of files in plain words, by the codes of Node.js. Others are reported with its message. */
export const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
};
