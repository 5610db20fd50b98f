// Branding for tests: a real logo, and colors that differ clearly from ours in both color schemes.

import { crc32, deflateSync } from "node:zlib";

/** A PNG of one color, as a `data:` address. */
export function picture([red, green, blue], width = 160, height = 40) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a channel, red green blue.
  head.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: width }, () => [red, green, blue]).flat())]);
  const data = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const png = Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** All branding settings of a project. */
export const BRANDING = {
  logo: picture([11, 110, 79]),
  colors: {
    light: { accent: "#0b6e4f", accentText: "#ffffff", background: "#fffaf0", text: "#2b2118" },
    dark: { accent: "#ffb454", accentText: "#1a1005", background: "#1d1410", text: "#f6e9dc" },
  },
  radius: 2,
  fontStack: "Georgia, 'DejaVu Serif', serif",
  texts: {
    title: "Link {provider} with Acme <i>",
    intro: "Acme reads your {provider} users, and nothing else.",
    success: "Acme begins to read from {provider} within the hour.",
  },
  termsUrl: "https://acme.example.com/terms",
  privacyUrl: "https://acme.example.com/privacy",
  support: "help@acme.com",
  poweredBy: false,
};

/** Changes the project of a deployment. */
export async function change(edge, changes, project = edge.project.id) {
  const answer = await edge.send("PATCH", `/api/v1/projects/${project}`, { token: edge.secrets.ADMIN_TOKEN, body: changes });
  if (answer.status !== 200) throw new Error(`not changed: ${answer.status} ${answer.text}`);
  return answer.body.project;
}
