/** Every system that the documentation names has a fixture, and the page says what the fixtures show. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadFixtures } from "../../support/iso-fixtures.ts";
import { loadSystems, systemsPage } from "../../support/systems-page.ts";

const sections = await loadSystems();
const fixtures = await loadFixtures();

test("each system has one fixture, and each fixture's system is in the list", () => {
  const listed = sections.flatMap(({ systems }) => systems);
  const shown = fixtures.map(({ system }) => system).filter((system) => system !== "");
  expect(shown.toSorted()).toEqual(listed.toSorted());
});

test("docs/systems.md is up to date", async () => {
  const path = fileURLToPath(new URL("../../../docs/systems.md", import.meta.url));
  await expect(systemsPage(sections, fixtures)).toMatchFileSnapshot(path);
});
