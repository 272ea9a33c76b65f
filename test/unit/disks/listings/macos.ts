/** diskutil's and system_profiler's answers, put together by their documented formats: not taken from a real Mac. */

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`;

function strings(fields: Record<string, string | number | boolean>): string {
  return Object.entries(fields)
    .map(([key, value]) => {
      if (typeof value === "boolean") return `<key>${key}</key>\n<${value}/>`;
      const type = typeof value === "number" ? "integer" : "string";
      return `<key>${key}</key>\n<${type}>${value}</${type}>`;
    })
    .join("\n");
}

const dict = (...parts: string[]) => `<dict>\n${parts.join("\n")}\n</dict>\n`;
const array = (key: string, ...items: string[]) =>
  `<key>${key}</key>\n<array>\n${items.join("")}</array>`;

export const LIST = `${HEAD}${dict(
  array("AllDisks", "<string>disk0</string>\n", "<string>disk0s1</string>\n"),
  array(
    "AllDisksAndPartitions",
    dict(
      strings({
        Content: "GUID_partition_scheme",
        DeviceIdentifier: "disk0",
        OSInternal: false,
        Size: 500277792768,
      }),
      array(
        "Partitions",
        dict(strings({ Content: "EFI", DeviceIdentifier: "disk0s1", Size: 314572800 })),
        dict(strings({ Content: "Apple_APFS", DeviceIdentifier: "disk0s2", Size: 499963174912 })),
      ),
    ),
    dict(
      array("APFSPhysicalStores", dict(strings({ DeviceIdentifier: "disk0s2" }))),
      array(
        "APFSVolumes",
        dict(
          strings({
            DeviceIdentifier: "disk1s1",
            MountPoint: "/System/Volumes/Data",
            Size: 499963174912,
            VolumeName: "Macintosh HD - Data",
          }),
        ),
        dict(strings({ DeviceIdentifier: "disk1s5", MountPoint: "/", VolumeName: "Macintosh HD" })),
      ),
      strings({ Content: "EF57347C-0000-11AA-AA11-00306543ECAC", DeviceIdentifier: "disk1" }),
      "<key>Partitions</key>\n<array/>",
      strings({ Size: 499963174912 }),
    ),
    dict(
      strings({
        Content: "FDisk_partition_scheme",
        DeviceIdentifier: "disk4",
        Size: 62058921984,
      }),
      array(
        "Partitions",
        dict(
          strings({
            Content: "Windows_NTFS",
            DeviceIdentifier: "disk4s1",
            MountPoint: "/Volumes/Tom &amp; Anna&#x202E;",
            Size: 62057873408,
            VolumeName: "Tom &amp; Anna&#x202E;",
          }),
        ),
      ),
    ),
  ),
  array("WholeDisks", "<string>disk0</string>\n", "<string>disk1</string>\n"),
)}</plist>
`;

export const INFO: Readonly<Record<string, string>> = {
  disk0: `${HEAD}${dict(
    strings({
      BusProtocol: "Apple Fabric",
      DeviceBlockSize: 4096,
      Ejectable: false,
      Internal: true,
      MediaName: "APPLE SSD AP0512Q",
      RemovableMedia: false,
      RemovableMediaOrExternalDevice: false,
      VirtualOrPhysical: "Physical",
      WritableMedia: true,
    }),
  )}</plist>\n`,
  disk4: `${HEAD}${dict(
    strings({
      BusProtocol: "USB",
      DeviceBlockSize: 512,
      Ejectable: true,
      Internal: false,
      MediaName: "Ultra Fit Media",
      RemovableMedia: true,
      RemovableMediaOrExternalDevice: true,
      VirtualOrPhysical: "Physical",
      WritableMedia: false,
    }),
  )}</plist>\n`,
};

export const PROFILER = JSON.stringify({
  SPNVMeDataType: [
    {
      _items: [
        {
          _name: "APPLE SSD AP0512Q",
          bsd_name: "disk0",
          device_serial: "0ba0123456789abc",
          volumes: [{ _name: "disk0s2", bsd_name: "disk0s2" }],
        },
      ],
    },
  ],
  SPUSBDataType: [
    {
      _name: "USB31Bus",
      _items: [
        {
          _name: "Ultra Fit",
          serial_num: "4C530001230101115173",
          Media: [{ _name: "Ultra Fit", bsd_name: "disk4", volumes: [{ bsd_name: "disk4s1" }] }],
        },
      ],
    },
  ],
});
