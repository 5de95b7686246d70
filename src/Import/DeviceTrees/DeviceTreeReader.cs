using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.DeviceTrees;

/// <summary>
/// Reads memory, reserved memory, CPUs and the command line of a flattened device tree (of/fdt.c:
/// early_init_dt_scan_memory, fdt_scan_reserved_mem, early_init_dt_scan_chosen).
/// </summary>
internal static class DeviceTreeReader
{
    private const string Reserved = "reserved-memory";

    /// <exception cref="InputException">The file is no device tree, or a range in it is none of memory.</exception>
    public static DeviceTree Read(ImportFile file)
    {
        if (file.Content.Span.TrimStart(" \t\r\n"u8).StartsWith("/dts-v1/"u8))
            throw IsSource(file);
        var root = FlattenedTree.Read(file);
        var memory = new NodeRanges(file, "", root);
        foreach (var node in root.Children.Where(n => n.FirstText("device_type") == "memory" && IsEnabled(n)))
            memory.Add(node, ["linux,usable-memory", "reg"], "the kernel passes over it");
        var reserved = root.Child(Reserved);
        var noMap = new NodeRanges(file, $"/{Reserved}", root);
        if (reserved is not null && WhyPassedOver(root, reserved) is { } why)
            noMap.Warn($"{why}, the kernel passes over the nodes in it");
        else
            foreach (var node in (reserved?.Children ?? []).Where(n => n.Has("no-map") && IsEnabled(n)))
                noMap.Add(node, ["reg"], "the kernel chooses its place while it boots, so it is missing in noMap");
        var chosen = root.Child("chosen");
        return new(
            file.Name, memory.Found, noMap.Found,
            [.. (root.Child("cpus")?.Children ?? []).Where(IsUsableCpu)
                .Take(MachineDescription.MaxCpus).Select(n => Cpu(file, n))],
            chosen?.FirstText("bootargs"),
            chosen?.Has("linux,uefi-system-table") ?? false,
            [.. memory.Warnings, .. noMap.Warnings]);
    }

    /// <summary>The error for a device tree that is not flattened, with the command that flattens it.</summary>
    public static InputException IsSource(ImportFile file) => file.Error(
        1, "expected a flattened device tree, found its source: dtc -I dts -O dtb makes one");

    private static bool IsEnabled(DeviceNode node) => node.FirstText("status") is null or "okay" or "ok";

    // Linux takes CPUs that are disabled, too: firmware may let them come up (of_get_next_cpu_node).
    private static bool IsUsableCpu(DeviceNode node) =>
        (node.PlainName == "cpu" || node.FirstText("device_type") == "cpu")
        && node.FirstText("status") is var status && status != "fail"
        && status?.StartsWith("fail-", StringComparison.Ordinal) is not true;

    // __reserved_mem_check_root()
    private static string? WhyPassedOver(DeviceNode root, DeviceNode reserved) =>
        !reserved.Has("ranges") ? "without ranges"
        : reserved.Number("#address-cells") != NodeRanges.AddressCells(root)
            || reserved.Number("#size-cells") != NodeRanges.SizeCells(root)
            ? "with other #address-cells or #size-cells than the root" : null;

    private static TreeCpu Cpu(ImportFile file, DeviceNode node) => new(
        node.FirstText("compatible") ?? "", TreeCores.Find(node.Texts("compatible")),
        $"{file.Name}, /cpus/{OneLine.Of(node.Name)}");
}
