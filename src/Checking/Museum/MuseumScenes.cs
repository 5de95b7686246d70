using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Linux.Vmalloc;
using Orleans.Mmu.Speculation.Security;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Museum;

/// <summary>The scenes of the museum. Each runs with any kernel rules and does not depend on which.</summary>
internal static class MuseumScenes
{
    private const string Machine = "symmetric";

    /// <summary>The asymmetric machine's repaint, and the pass that makes the alias of text read-only.</summary>
    public static void RepaintsUnderText(MuseumScene scene)
    {
        var boot = scene.Boot("asymmetric");
        scene.Tell(
            $"the repaint splits up to lm_alias(_stext) = {boot.Painter.Repainted(RepaintRange.BelowText).End} and " +
            $"from lm_alias(__init_begin) on");
        scene.Tell("mark_linear_text_alias_ro() goes over [_text, __init_begin)");
        foreach (var violation in ImageAliasCheck.Of(boot.Painter, scene.Rules, boot.Final))
            scene.Report(violation);
    }

    /// <summary>set_memory_ro() of a module's text while there is no page for a table.</summary>
    public static void ProtectsWithoutMemory(MuseumScene scene)
    {
        var (_, editor, kernel) = Start(scene);
        var area = Area(kernel, editor);
        scene.Tell(
            $"a module's text: {area.Pages.Length} pages at {area.Start}, scattered over memory; then memory for " +
            $"tables runs out");
        var permissions = new MemoryPermissions(kernel with { Pages = NoPages(kernel) }, editor);
        var outcome = permissions.ChangeArea(area, area.Range, PermissionChange.ReadOnly);
        scene.TellCall($"set_memory_ro({area.Start}, {area.Pages.Length})", outcome.Error, permissions.Warnings);
        scene.CompareAliases(kernel, editor, area, "set_memory_ro() returned 0, so its caller does not learn of it");
    }

    /// <summary>A part of an area becomes writable again while another part holds a module's text.</summary>
    public static void ChangesPartOfAnArea(MuseumScene scene)
    {
        var (_, editor, kernel) = Start(scene);
        var area = Area(kernel, editor);
        var permissions = new MemoryPermissions(kernel, editor);
        scene.Tell(
            $"a module's area: {area.Pages.Length} pages at {area.Start}, scattered over memory, all made read-only");
        scene.TellCall(
            $"set_memory_ro({area.Start}, 8)",
            permissions.ChangeArea(area, area.Range, PermissionChange.ReadOnly).Error, permissions.Warnings);
        permissions.Flushed();
        var part = area.Part(6, 2);
        scene.Tell("its last two pages become data again");
        scene.TellCall(
            $"set_memory_rw({part.Start}, 2)", permissions.ChangeArea(area, part, PermissionChange.ReadWrite).Error,
            permissions.Warnings);
        scene.CompareAliases(
            kernel, editor, area, "its alias was changed with those of the two pages that were asked for");
    }

    /// <summary>
    /// A page of a block is shared with a device while only CPU 0 is up and the capability is not final.
    /// </summary>
    public static void SharesABufferEarly(MuseumScene scene)
    {
        var (boot, editor, after) = Start(scene, painted: true);
        var kernel = after with { Capability = NoAbortCapability.BootCpu(true), OnlineCpus = 1 };
        var permissions = new MemoryPermissions(kernel, editor);
        var page = Block(boot, kernel) + 5 * boot.Machine.Geometry.Granule.PageSize;
        scene.Tell("CPU 0 is alone, no other CPU has been seen; a driver shares one page of a buffer with the host");
        var outcome = permissions.ChangeRange(
            new(page, page + boot.Machine.Geometry.Granule.PageSize), PermissionChange.MakeInvalid(scene.Rules));
        scene.TellCall($"set_memory_valid({page}, 1, 0)", outcome.Error, permissions.Warnings);
        if (outcome.Error != KernelError.None)
        {
            scene.Report(
                new(Property.RefusedChange, 0, page,
                    $"the page at {page} could not be changed by itself, although CPU 0 is alone and may split",
                ["split_kernel_leaf_mapping() returned 0 and split nothing: it checked the system's capability, " +
                "which is not final yet"]));
        }
    }

    /// <summary>A 2M block is made invalid and valid again.</summary>
    public static void InvalidatesABlock(MuseumScene scene)
    {
        var (boot, editor, kernel) = Start(scene);
        var permissions = new MemoryPermissions(kernel, editor);
        var block = Block(boot, kernel);
        var range = new LinearRange(block, block + boot.Machine.Geometry.Size(Level.L2));
        scene.TellCall(
            $"set_memory_valid({block}, 512, 0)",
            permissions.ChangeRange(range, PermissionChange.MakeInvalid(scene.Rules)).Error, permissions.Warnings);
        scene.TellCall(
            $"set_memory_valid({block}, 512, 1)",
            permissions.ChangeRange(range, PermissionChange.MakeValid(scene.Rules)).Error, permissions.Warnings);
        scene.Load(kernel, editor, block, "both calls returned 0, and the block is still invalid");
    }

    /// <summary>Memory is added while there is no page for a table.</summary>
    public static void AddsWithoutMemory(MuseumScene scene)
    {
        var (_, editor, kernel) = Start(scene);
        var range = new MemoryRange(new(Added), new(Added + (128UL << 20)));
        scene.Tell($"memory for tables runs out; then {range} is plugged in");
        try
        {
            scene.TellCall(
                "arch_add_memory()", new MemoryHotplug(kernel with { Pages = NoPages(kernel) }, editor).Add(range), []);
        }
        catch (KernelPanicException panic)
        {
            scene.Tell($"kernel BUG: {panic.Message}");
            scene.Report(
                new(Property.KernelPanic, 0, null, $"the kernel stopped while it added memory: {panic.Message}",
                ["__create_pgd_mapping() had no way to return an error"]));
        }
    }

    /// <summary>1 GiB is added, which is one block, and 128 MiB of it are removed.</summary>
    public static void RemovesPartOfALeaf(MuseumScene scene)
    {
        var (_, editor, kernel) = Start(scene);
        var hotplug = new MemoryHotplug(kernel, editor);
        var added = new MemoryRange(new(Added), new(Added + (1UL << 30)));
        scene.TellCall($"arch_add_memory({added})", hotplug.Add(added), []);
        var removed = added with { End = added.Start + (128UL << 20) };
        var error = hotplug.PlanRemoval(removed, out var steps, out string? warning);
        foreach (var step in steps)
            hotplug.Perform(step);
        scene.TellCall($"offlining and removing {removed}", error, warning is null ? [] : [warning]);
        scene.Load(kernel, editor, kernel.Layout.ToVirtual(removed.End), "this memory was not removed");
    }

    // Beyond the memory of the machine, at a multiple of 1 GiB.
    public const ulong Added = 0x4_0000_0000;

    public static (LinearMapBoot Boot, TableEditor Editor, KernelContext Kernel) Start(
        MuseumScene scene, bool painted = false)
    {
        var boot = scene.Boot(Machine);
        return (boot, new TableEditor(painted ? boot.Painted : boot.Final),
            KernelContext.AfterBoot(boot.Machine, boot.Painter));
    }

    // Eight pages, 5 MiB apart, in the second GiB of memory: each in another 2M block.
    private static VmallocArea Area(KernelContext kernel, TableEditor editor)
    {
        var first = kernel.Machine.Memory[0].Start + (1UL << 30);
        return new VmallocSpace(kernel)
            .Map(editor, [.. Enumerable.Range(0, 8).Select(i => first + (ulong)i * (5UL << 20))]);
    }

    private static VirtualAddress Block(LinearMapBoot boot, KernelContext kernel) =>
        kernel.Layout.ToVirtual(boot.Machine.Memory[0].Start + (64UL << 20));

    private static TablePages NoPages(KernelContext kernel) => new([], kernel.Machine.Geometry.Granule.PageSize);
}
